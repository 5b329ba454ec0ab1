// The frame of a place of the page: its number, its title, what stands in it.
import type { ComponentChildren } from 'preact';

export const PLACES = [
  ['problem', 'Problem'],
  ['data', 'Data'],
  ['preparation', 'Preparation'],
  ['model', 'Model'],
  ['training', 'Training'],
  ['evaluation', 'Evaluation'],
  ['conclusion', 'Conclusion'],
] as const;

export type PlaceId = (typeof PLACES)[number][0];

interface PlaceProps {
  readonly id: PlaceId;
  /** A sentence that says what is to be seen. */
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Place({ id, lead, children }: PlaceProps) {
  const at = PLACES.findIndex(([known]) => known === id);
  return (
    <section id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <h2 id={`${id}-title`}>
        <span class="number" aria-hidden="true">
          {at + 1}
        </span>
        {PLACES[at]?.[1]}
      </h2>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}
