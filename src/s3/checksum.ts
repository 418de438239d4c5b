/** CRC32 as S3 uses it (the polynomial of zip and gzip), continued from `before` when that is given. */
export function crc32(data: Uint8Array, before = 0): number {
  return Bun.hash.crc32(data, before);
}

/** Four bytes, most significant first, in base64: how x-amz-checksum-crc32 is written. */
export function crc32ToBase64(crc: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, crc);
  return bytes.toBase64();
}

/** Undefined when the text is not base64 of four bytes: a composite checksum (`…-3`) is not one of the whole object. */
export function crc32FromBase64(text: string): number | undefined {
  if (!/^[A-Za-z0-9+/]{6}==$/.test(text)) return undefined;
  const bytes = Uint8Array.fromBase64(text);
  return new DataView(bytes.buffer).getUint32(0);
}

/** Content-MD5 (RFC 1864). */
export function md5Base64(body: Uint8Array): string {
  return new Bun.CryptoHasher('md5').update(body).digest('base64');
}

export function crc32ToHex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

export function crc32FromHex(text: string): number | undefined {
  return /^[0-9a-f]{8}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** The CRC's polynomial, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** A 32 x 32 matrix over GF(2), a column a number. */
type Matrix = readonly number[];

/**
 * The CRC32 of A followed by B, from CRC32(A), CRC32(B) and B's length in bytes.
 *
 * Appending n zero bits to A is a linear map of its CRC; the maps of 8, 16, 32 … bits are squares of each
 * other, so log2(length) products do. Each is computed once per process.
 */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  if (!Number.isSafeInteger(secondLength) || secondLength < 0)
    throw new RangeError(`no length: ${secondLength}`);
  let crc = first;
  let power = 0;
  for (let rest = secondLength; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = times(zeroBytes(power), crc);
    power += 1;
  }
  return (crc ^ second) >>> 0;
}

const powers: Matrix[] = [];

/** The map of 2^power zero bytes. */
function zeroBytes(power: number): Matrix {
  let matrix = powers[power];
  if (matrix === undefined) {
    matrix = power === 0 ? square(square(square(oneZeroBit()))) : square(zeroBytes(power - 1));
    powers[power] = matrix;
  }
  return matrix;
}

function oneZeroBit(): Matrix {
  return Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 2 ** (bit - 1)));
}

function square(matrix: Matrix): Matrix {
  return matrix.map((column) => times(matrix, column));
}

function times(matrix: Matrix, vector: number): number {
  let sum = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    if ((vector >>> bit) & 1) sum ^= matrix[bit] ?? 0;
  }
  return sum >>> 0;
}
