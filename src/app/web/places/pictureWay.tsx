// How pictures in folders become images of one size: asked before, and read anew when it is changed.
import { type PictureWay, readWay, writeWay } from '../../data/read/way.ts';

interface WayProps {
  /** As a line of text, see `readWay`. */
  readonly way: string;
  readonly onChange: (way: string) => void;
}

const SIDES = [16, 24, 28, 32, 48, 64, 96, 128];

export function WayOfPictures({ way: line, onChange }: WayProps) {
  const way = readWay(line);
  const set = (change: Partial<PictureWay>) => onChange(writeWay({ ...way, ...change }));
  const select = (
    label: string,
    value: string,
    options: readonly (readonly [value: string, text: string])[],
    choose: (value: string) => void,
  ) => (
    <label>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {options.map(([one, text]) => (
          <option value={one}>{text}</option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="choices">
      {select(
        'Size',
        String(way.side ?? ''),
        [['', 'as they are'], ...SIDES.map((side) => [`${side}`, `${side} × ${side}`] as const)],
        (side) => set({ side: side === '' ? null : Number(side) }),
      )}
      {select(
        'Other shapes',
        way.fit,
        [
          ['pad', 'get margins'],
          ['crop', 'are cut'],
        ],
        (fit) => set({ fit: fit as PictureWay['fit'] }),
      )}
      {select(
        'Color',
        String(way.channels ?? ''),
        [
          ['', 'as they are'],
          ['1', 'gray'],
          ['3', 'color'],
        ],
        (channels) => set({ channels: channels === '' ? null : channels === '1' ? 1 : 3 }),
      )}
      {select(
        'Ground',
        String(way.ground),
        [
          ['0', 'black'],
          ['255', 'white'],
        ],
        (ground) => set({ ground: Number(ground) }),
      )}
      <label>
        <input
          type="checkbox"
          checked={way.skip}
          onChange={({ currentTarget }) => set({ skip: currentTarget.checked })}
        />{' '}
        Leave out what is no picture
      </label>
    </div>
  );
}
