// A question kept open: the newest answer to it, asked for again as long as it may change.
import { useEffect, useState } from 'preact/hooks';
import type { Ask } from '../client.ts';
import type { Answer, Question } from './questions.ts';

interface Kept<A extends Answer['about']> {
  readonly answer: (Answer & { readonly about: A }) | undefined;
  readonly problem: string | undefined;
  /** What is waited for, which is no problem. */
  readonly delay: string | undefined;
}

/** Time until the next question; undefined when the answer stands. */
type Pace<A extends Answer['about']> = (
  answer: Answer & { readonly about: A },
) => number | undefined;

const SOON_MS = 1000;

/** Asks whenever one of `on` changes, and then at the pace that the answer asks for. */
export function useAnswer<A extends Question['about']>(
  ask: Ask,
  question: Question & { readonly about: A },
  on: readonly unknown[],
  pace: Pace<A>,
): Kept<A> {
  const [answer, setAnswer] = useState<Kept<A>['answer']>();
  const [hindrance, setHindrance] = useState<{ why: string; soon: boolean }>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const again = async () => {
      const got = await ask(question);
      if (isOver) return;
      let wait: number | undefined = SOON_MS; // a newer question of this kind took its place
      if (got?.about === 'nothing') {
        setHindrance(got);
        wait = got.soon ? SOON_MS : undefined;
      } else if (got) {
        const given = got as Answer & { readonly about: A };
        setAnswer(given);
        setHindrance(undefined);
        wait = pace(given);
      }
      if (wait !== undefined) timer = setTimeout(() => void again(), wait);
    };
    void again();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, on);
  const { why, soon } = hindrance ?? {};
  return { answer, problem: soon ? undefined : why, delay: soon ? why : undefined };
}
