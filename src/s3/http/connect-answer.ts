import { TransportError } from './transport-error.ts';

/** Bytes of the longest head that is read. */
const LONGEST_HEAD = 16 * 1024;

/** No second try gets another answer. tinyproxy says 401 where others say 407. */
const REFUSALS: ReadonlySet<string> = new Set(['401', '403', '407']);

/** Reads the answer of a proxy to CONNECT (RFC 9110, section 9.3.6), in whatever pieces it comes. */
export class ConnectAnswer {
  #bytes = Buffer.alloc(0);

  /**
   * @returns what follows the head: the first bytes of the tunnel; undefined while the head is incomplete
   * @throws {TransportError} EPROXYREFUSED or ERR_PROXY_TUNNEL when the proxy opens no tunnel
   */
  read(piece: Uint8Array): Uint8Array | undefined {
    this.#bytes = Buffer.concat([this.#bytes, piece]);
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0 && this.#bytes.length < LONGEST_HEAD) return undefined;
    const [line = ''] = this.#bytes.toString('latin1').split('\r\n', 1);
    const [, digits = '', words = ''] = /^HTTP\/1\.[01] (\d{3})(?: (.{0,80}))?/.exec(line) ?? [];
    if (end < 0 || digits === '') {
      throw new TransportError('ERR_PROXY_TUNNEL', 'its answer to CONNECT is not that of an http proxy');
    }
    if (digits.startsWith('2')) return this.#bytes.subarray(end + 4);
    throw new TransportError(
      REFUSALS.has(digits) ? 'EPROXYREFUSED' : 'ERR_PROXY_TUNNEL',
      `it answers CONNECT with HTTP ${digits} ${words}`.trimEnd(),
    );
  }
}
