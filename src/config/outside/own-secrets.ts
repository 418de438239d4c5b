import { sensitivityOf, tellsMore } from '../redaction/secret-names.ts';
import { definitionOf } from '../site-options.ts';
import { parseTextMap } from '../text-map.ts';
import { variableOf } from './reference.ts';

/** Whether the file itself has a secret in it, and does not only say where one is. */
export function hasOwnSecrets(options: ReadonlyMap<string, string>): boolean {
  return [...options].some(([name, text]) => {
    const kind = definitionOf(name)?.kind;
    if (kind === undefined || text.trim() === '' || variableOf(text) !== undefined) return false;
    if (kind === 'secret map') {
      return [...(parseTextMap(text)?.values() ?? [])].some((value) => variableOf(value) === undefined);
    }
    const sensitivity = sensitivityOf(name);
    return sensitivity === 'secret' || (sensitivity === 'address' && tellsMore(text));
  });
}
