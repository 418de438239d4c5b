import type { Socket } from 'node:net';
import { Connection, ConnectionLost } from '../http/connection.ts';
import type { Link } from './link.ts';

/** What is left of the life of a connection: of the pair, in both directions. */
export class Life {
  #left: number;
  readonly #end: () => void;

  /** @param end called once, when the bytes are used up */
  constructor(bytes: number, end: () => void) {
    this.#left = bytes;
    this.#end = end;
  }

  /** How many of `bytes` may still pass; when it is fewer, the connection dies after them. */
  take(bytes: number): number {
    const taken = Math.min(bytes, this.#left);
    this.#left -= taken;
    return taken;
  }

  end(): void {
    this.#end();
  }
}

/** A connection whose bytes leave as the link allows. */
export class Line extends Connection {
  readonly #link: Link;
  readonly #direction: 'up' | 'down';
  readonly #life: Life;

  /** @param direction 'up': to the server; 'down': to the client */
  constructor(id: number, socket: Socket, link: Link, direction: 'up' | 'down', life: Life) {
    super(id, socket);
    this.#link = link;
    this.#direction = direction;
    this.#life = life;
  }

  override async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + Math.min(this.#link.pieceSize, bytes.length - at));
      await this.#link.admit(this.#direction, piece.length);
      const living = this.#life.take(piece.length);
      if (living > 0) await super.write(piece.subarray(0, living));
      if (living < piece.length) {
        this.#life.end();
        throw new ConnectionLost('its life was over');
      }
      at += piece.length;
    }
  }
}
