import { describe, expect, test } from 'bun:test';
import { DOCUMENTS, proseOf, textOf } from './document.ts';

const WIDTH = 100;

/** The prose of a document that is not between the markers of something generated. */
function writtenProse(path: string): (readonly [number: number, line: string])[] {
  let generated = false;
  return proseOf(textOf(path)).filter(([, line]) => {
    if (/^<!-- .* written by /.test(line)) generated = true;
    else if (line.startsWith('<!-- end of ')) generated = false;
    return !generated;
  });
}

/** Whether a line may be longer: a row of a table, or a word that can't be broken, such as a link. */
function isExempt(line: string): boolean {
  return (
    line.startsWith('|') ||
    !/\s/.test(
      line
        .trim()
        .replace(/^(?:- |\d+\. |> )/, '')
        .replace(/`[^`]*`/g, 'x'),
    )
  );
}

describe('prose', () => {
  test.each(DOCUMENTS)('%s is wrapped at 100 characters', (path) => {
    const long = writtenProse(path).filter(([, line]) => line.length > WIDTH && !isExempt(line));
    expect(long.map(([number]) => `${path}:${number}`)).toEqual([]);
  });

  test('README has at most 200 lines', () => {
    expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });

  test.each(DOCUMENTS)('%s has one title, and no space at the end of a line', (path) => {
    expect(proseOf(textOf(path)).filter(([, line]) => line.startsWith('# '))).toHaveLength(1);
    const spaced = textOf(path)
      .split('\n')
      .flatMap((line, index) => (/\s$/.test(line) ? [index + 1] : []));
    expect(spaced).toEqual([]);
  });
});
