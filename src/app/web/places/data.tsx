// The data: what is in the set, how its values lie, what a class looks like, and where it comes from.
import type { BuiltinName } from '../../data/builtin.ts';
import { isFashion } from '../../data/fashion.ts';
import { pixelsText } from '../../readable.ts';
import { counted, grouped } from '../../wording.ts';
import type { Dropped } from '../dropped.ts';
import type { DataLook } from '../protocol.ts';
import type { State } from '../state.ts';
import { Look } from './dataLook.tsx';
import { Place } from './place.tsx';
import { Source } from './source.tsx';

interface DataProps {
  readonly data: DataLook | undefined;
  readonly work: State['dataWork'];
  /** Nothing is at work on it, because something failed. */
  readonly isAbsent: boolean;
  readonly shelf: State['shelf'];
  /** A training runs on the data: it stays. */
  readonly busy: boolean;
  /** Files are held over the window. */
  readonly isOver: boolean;
  readonly way: string;
  readonly onFiles: (files: readonly Dropped[]) => void;
  readonly onWay: (way: string) => void;
  readonly onBuiltin: (name: BuiltinName) => void;
}

export function Data({ data, isAbsent, ...source }: DataProps) {
  return (
    <Place
      id="data"
      lead={
        data ? leadOf(data) : isAbsent ? 'No data is here.' : 'A set of garments is being drawn.'
      }
    >
      <Source data={data} {...source} />
      {data && data.notes.length > 0 && (
        <ul class="soft">
          {data.notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
      )}
      {data ? <Look data={data} /> : <div class="later" aria-hidden="true" />}
    </Place>
  );
}

function leadOf({ title, builtin, exploration }: DataLook): string {
  const { train, test, classes } = exploration;
  const what = `${grouped(train.count)} training and ${counted(test.count, 'test image')}, each of ${pixelsText(exploration)}, in ${counted(classes.length, 'class', 'classes')}.`;
  return builtin
    ? `${isFashion(classes) ? 'Garments' : 'Fruit in color'} that weft draws itself, so that everything works without a download: ${what} They are not photographs, and easier than those.`
    : `${title}: ${what}`;
}
