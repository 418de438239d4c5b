import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { DOCUMENTS as RELEASED } from '../../scripts/release/documents.ts';
import { anchorsOf, DOCUMENTS, proseOf, ROOT, sourceText, textOf } from './document.ts';

interface Link {
  /** The line of the document, from 1. */
  readonly line: number;
  /** The file, relative to the repository. */
  readonly file: string;
  readonly anchor: string | undefined;
}

/** The links of a document that stay in the repository. */
function linksOf(path: string): Link[] {
  return proseOf(textOf(path)).flatMap(([line, text]) =>
    [...text.matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, target = '']) => {
      const [file = '', anchor] = target.split('#');
      return { line, file: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    }),
  );
}

/** What is wrong with the links of a document, one line each. */
function deadLinks(path: string, isThere: (file: string) => boolean): string[] {
  return linksOf(path).flatMap(({ line, file, anchor }) => {
    if (!isThere(file)) return [`${path}:${line}: ${file} is not there`];
    if (anchor === undefined || anchorsOf(textOf(file)).includes(anchor)) return [];
    return [`${path}:${line}: ${file} has no heading #${anchor}`];
  });
}

describe('links', () => {
  test.each(DOCUMENTS)('every link of %s leads to a file and a heading', (path) => {
    expect(deadLinks(path, (file) => existsSync(join(ROOT, file)))).toEqual([]);
  });

  test.each(RELEASED.filter((path) => path.endsWith('.md')))(
    'every link of %s leads to something in the release archive',
    (path) => {
      expect(deadLinks(path, (file) => RELEASED.includes(file))).toEqual([]);
    },
  );

  test('every document can be reached from README, and is in the release archive', () => {
    const reached = new Set(['README.md']);
    for (const path of reached) {
      if (!path.endsWith('.md')) continue;
      for (const { file } of linksOf(path)) reached.add(file);
    }
    expect(DOCUMENTS.filter((path) => !reached.has(path))).toEqual([]);
    expect(DOCUMENTS.filter((path) => !RELEASED.includes(path))).toEqual([]);
  });

  test('no file is in the release archive twice', () => {
    expect(new Set(RELEASED).size).toBe(RELEASED.length);
  });

  test('the documents that the program names are in the release archive', () => {
    const named = [...sourceText().matchAll(/\b(?:docs\/)?[\w-]+\.md\b/g)].map(([name]) => name);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !RELEASED.includes(name))).toEqual([]);
  });

  test('the sections that the program names are there', () => {
    for (const [, file = '', section = ''] of sourceText().matchAll(
      /\b((?:docs\/)?[\w-]+\.md), "([^"]+)"/g,
    )) {
      expect(anchorsOf(textOf(file))).toContain(section.toLowerCase().replaceAll(' ', '-'));
    }
  });
});
