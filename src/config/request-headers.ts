import { Secret } from '../base/secret.ts';
import type { TextMap } from './text-map.ts';

/** A header's name (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Characters that a header's value may have anywhere on the way to any server. */
const VISIBLE = /^[\x20-\x7e]+$/;

/**
 * Headers that the program, its runtime or HTTP sets: what belongs to one connection, what describes a body, what
 * makes a request conditional or partial, and all that S3 gives a meaning.
 */
const OWN =
  /^(?:host|authorization|date|user-agent|accept-encoding|range|expect|te|trailer|transfer-encoding|upgrade|connection|keep-alive|(?:proxy|content|if|x-amz)-.*)$/;

/**
 * The headers of the option, by lower-case names. A problem is added for each that can't be sent or would be lost; none
 * shows a value, and none a name that may be a part of one.
 */
export function readRequestHeaders(written: TextMap | undefined, problems: string[]): Map<string, Secret> {
  const headers = new Map<string, Secret>();
  const problem = (what: string): void => {
    problems.push(`option "request_headers": ${what}`);
  };
  for (const [index, [name, value]] of [...(written ?? [])].entries()) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name)) {
      problem(`the name of header ${index + 1} has other characters than letters, digits and hyphens`);
      continue;
    }
    if (OWN.test(lower)) problem(`"${lower}" is a header that the plugin sets itself`);
    if (headers.has(lower)) problem(`"${lower}" is there twice (case does not matter)`);
    if (!VISIBLE.test(value.trim())) {
      problem(`the value of "${lower}" must be ASCII letters, digits, punctuation and spaces, and not empty`);
    }
    headers.set(lower, new Secret(value.trim()));
  }
  return headers;
}
