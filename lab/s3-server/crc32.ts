/**
 * CRC-32 (ISO-HDLC) of concatenated pieces from the pieces' own CRCs. A CRC is a remainder of polynomials over GF(2):
 * appending n bytes multiplies the first CRC by x^(8n) modulo the generator, after which the second one is added.
 */
const generator = 0xedb88320;

/** Product of two polynomials modulo the generator; the highest bit holds x^0 (reflected form). */
function multiply(left: number, right: number): number {
  let product = 0;
  let factor = right;
  for (let bit = 31; bit >= 0; bit--) {
    if ((left >>> bit) & 1) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ generator : factor >>> 1;
  }
  return product >>> 0;
}

/** x^(8 * bytes) modulo the generator, by squaring. */
function powerOfBytes(bytes: number): number {
  let power = 0x80000000;
  let square = 0x00800000;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}

/** The CRC-32 of `first` followed by `second`, where `secondLength` is the length of `second` in bytes. */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  return (multiply(first, powerOfBytes(secondLength)) ^ second) >>> 0;
}

/** As S3 writes it: base64 of the four bytes, highest first. */
export function crc32ToBase64(crc: number): string {
  return crc32ToBytes(crc).toString('base64');
}

export function crc32ToBytes(crc: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes;
}
