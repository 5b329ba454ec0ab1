// Many buttons in rows as one stop of the Tab key: arrows go to the next button that way, Home and End to the ends.
import { type RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The buttons are given tabIndex -1 where they are made; the one that last had the focus gets 0 here. */
export function useGridKeys(place: RefObject<HTMLElement>): void {
  // After every drawing: buttons may have come or gone.
  useEffect(() => {
    const buttons = buttonsOf(place.current);
    if (buttons.length > 0 && !buttons.some(({ tabIndex }) => tabIndex === 0))
      (buttons[0] as HTMLElement).tabIndex = 0;
  });
  useEffect(() => {
    const { current } = place;
    const onFocus = (event: FocusEvent) => {
      const buttons = buttonsOf(current);
      if (!buttons.includes(event.target as HTMLElement)) return;
      for (const button of buttons) button.tabIndex = button === event.target ? 0 : -1;
    };
    const onKey = (event: KeyboardEvent) => {
      const next = target(event, buttonsOf(current));
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    current?.addEventListener('focusin', onFocus);
    current?.addEventListener('keydown', onKey);
    return () => {
      current?.removeEventListener('focusin', onFocus);
      current?.removeEventListener('keydown', onKey);
    };
  }, [place.current]);
}

/** Those that are seen: a strip hides what it has no room for. */
const buttonsOf = (place: HTMLElement | null): HTMLElement[] =>
  [...(place?.querySelectorAll('button') ?? [])].filter(({ offsetHeight }) => offsetHeight > 0);

function target(
  { key, target: from }: KeyboardEvent,
  buttons: HTMLElement[],
): HTMLElement | undefined {
  const at = buttons.indexOf(from as HTMLElement);
  if (at < 0) return undefined;
  if (key === 'Home') return buttons[0];
  if (key === 'End') return buttons.at(-1);
  const step = STEPS[key];
  if (!step) return undefined;
  const [dx, dy] = step;
  const here = middle(buttons[at] as HTMLElement);
  let best: { button: HTMLElement; far: number } | undefined;
  for (const button of buttons) {
    const { x, y } = middle(button);
    const along = (x - here.x) * dx + (y - here.y) * dy;
    const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
    // Along a row only its own buttons count; from row to row the nearest below or above.
    if (along < 1 || (dx !== 0 && aside > 4)) continue;
    const far = dx === 0 ? along * 4 + aside : along;
    if (!best || far < best.far) best = { button, far };
  }
  return best?.button ?? (dx === 0 ? undefined : buttons[at + dx]);
}

function middle(element: HTMLElement): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
