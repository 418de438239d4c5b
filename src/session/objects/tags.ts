import { hostname } from 'node:os';
import { typeOfFile } from '../../backup/file-type.ts';
import { timestampOfFile } from '../../backup/key.ts';
import type { TextMap } from '../../config/text-map.ts';

/** What a placeholder of `tags` stands for; undefined where this process can't know it. */
type Known = Readonly<Record<string, string | undefined>>;

/** The longest value of a tag, in characters (S3 User Guide, "Categorizing your objects using tags"). */
const LONGEST = 256;

/**
 * The tags of an object, as the query string that x-amz-tagging is (S3 API Reference, PutObject). A tag whose
 * placeholder is not known is left out: an empty value would say that there is none.
 * @param environment of a process that the database starts has the database's name
 */
export function tagHeaders(
  tags: TextMap | undefined,
  key: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (tags === undefined) return {};
  const known: Known = {
    database: environment['GP_DATABASE'],
    timestamp: timestampOfFile(key),
    type: typeOfFile(key),
    host: hostname(),
  };
  const pairs = [...tags].flatMap(([name, template]) => {
    const value = filledIn(template, known);
    return value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`];
  });
  return pairs.length === 0 ? {} : { 'x-amz-tagging': pairs.join('&') };
}

/** Names of databases may have characters that no tag takes: they become underscores. */
function filledIn(template: string, known: Known): string | undefined {
  let complete = true;
  const value = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const word = known[name] ?? '';
    if (word === '') complete = false;
    return word.replaceAll(/[^\p{L}\p{N} +\-=._:/@]/gu, '_');
  });
  return complete ? Array.from(value).slice(0, LONGEST).join('') : undefined;
}
