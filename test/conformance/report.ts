// Declares one test per case, and prints what was covered, what was not and why, and what failed.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Case, readCase } from './case.ts';
import { NotCovered } from './rules/rule.ts';

/** The cases of a folder, by name. */
export function casesIn(folder: string): Case[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => readCase(join(folder, file)));
}

/** Runs `judge` on every case; it gives what is wrong, or throws NotCovered. */
export function testCases(
  title: string,
  cases: readonly Case[],
  judge: (c: Case) => Promise<readonly string[]>,
): void {
  const passed: string[] = [];
  const failed: string[] = [];
  const notCovered = new Map<string, string[]>();

  const run = async (c: Case): Promise<void> => {
    try {
      const wrong = await judge(c);
      (wrong.length === 0 ? passed : failed).push(c.name);
      expect(wrong.join('\n')).toBe('');
    } catch (error) {
      if (!(error instanceof NotCovered)) {
        if (!failed.includes(c.name)) failed.push(c.name);
        throw error;
      }
      const reason = `${c.op}: ${error.message}`;
      notCovered.set(reason, [...(notCovered.get(reason) ?? []), c.name]);
    }
  };
  for (const c of cases) test(c.name, () => run(c));

  afterAll(() => {
    const missing = [...notCovered].sort(([a], [b]) => a.localeCompare(b));
    const count = missing.reduce((sum, [, names]) => sum + names.length, 0);
    const lines = [
      `${title}: ${passed.length} passed, ${count} not covered, ${failed.length} failed`,
      ...missing.map(([reason, names]) => `  not covered ${names.length} x ${reason}`),
      ...failed.map((name) => `  failed ${name}`),
    ];
    console.log(lines.join('\n'));
  });
}
