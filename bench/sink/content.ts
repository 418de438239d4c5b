const PERIOD = 1024 * 1024;
const PERIODS = 8;

/**
 * The bytes of all objects: the same numbers without a visible pattern again and again, so that whatever part
 * of an object is asked for is ready in memory.
 */
const block = makeBlock();

function makeBlock(): Uint8Array {
  const words = new Uint32Array(PERIOD / 4);
  let state = 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state >>> 0;
  }
  const bytes = new Uint8Array(PERIOD * PERIODS);
  for (let copy = 0; copy < PERIODS; copy += 1) bytes.set(new Uint8Array(words.buffer), copy * PERIOD);
  return bytes;
}

/** Some of an object's bytes from `position` on: at most `most`, at least one. */
export function contentAt(position: number, most: number): Uint8Array {
  const from = position % PERIOD;
  return block.subarray(from, Math.min(block.length, from + most));
}
