import type { ByteRange } from '../base/byte-range.ts';
import { PluginError } from '../base/plugin-error.ts';

/** The offsets file of a filtered restore is not what gprestore writes. */
export class OffsetsError extends PluginError {}

/**
 * Reads what gprestore writes for `restore_data_subset`: one line `N s1 e1 s2 e2 …`, half-open ranges.
 * @throws {OffsetsError} when the text is anything else.
 */
export function parseOffsets(text: string, path: string): ByteRange[] {
  const words = text.trim() === '' ? [] : text.trim().split(/\s+/);
  const wrong = (why: string): OffsetsError => new OffsetsError(`offsets file ${path}: ${why}`);
  const numbers = words.map((word) => {
    const number = /^\d{1,16}$/.test(word) ? Number(word) : Number.NaN;
    if (!Number.isSafeInteger(number)) throw wrong(`"${word.slice(0, 40)}" is not a valid offset`);
    return number;
  });
  const [count, ...offsets] = numbers;
  if (count === undefined) throw wrong('it is empty');
  if (offsets.length !== count * 2) {
    throw wrong(`it announces ${count} ranges, ${count * 2} offsets, and has ${offsets.length}`);
  }
  const ranges: ByteRange[] = [];
  for (let index = 0; index < offsets.length; index += 2) {
    const start = offsets[index] ?? 0;
    const end = offsets[index + 1] ?? 0;
    if (end < start) throw wrong(`range ${index / 2 + 1} ends at ${end}, before its start at ${start}`);
    ranges.push({ start, end });
  }
  return ranges;
}
