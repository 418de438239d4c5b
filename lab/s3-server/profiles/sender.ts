import { type RawAnswer, RawConnection } from '../../../test/conformance/raw-connection.ts';
import { type RequestOptions, signRequest } from '../../../test/conformance/signed-request.ts';
import type { S3Server } from '../server.ts';
import type { Profile } from './profile.ts';

/** Sends requests that are signed by hand to a server that plays a profile. */
export class Sender {
  readonly #profile: Profile;
  readonly #server: S3Server;

  constructor(profile: Profile, played: S3Server) {
    this.#profile = profile;
    this.#server = played;
  }

  async send(
    { path, ...options }: RequestOptions,
    { style = 'virtual', region = this.#server.region }: { style?: 'path' | 'virtual'; region?: string } = {},
  ): Promise<Answered> {
    const { port, accessKeyId, secretAccessKey } = this.#server;
    const host = style === 'path' ? this.#profile.host : `backups.${this.#profile.host}`;
    const identity = { endpoint: `http://${host}:${port}`, region, accessKeyId, secretAccessKey };
    const whole = style === 'path' ? `/backups${path}` : path;
    const request = await signRequest(identity, { ...options, path: whole });
    const connection = await RawConnection.open(this.#server.url);
    try {
      await connection.send(request.head);
      await connection.send(request.body);
      return new Answered(await connection.answer(options.method === 'HEAD'));
    } finally {
      connection.close();
    }
  }

  async begin(): Promise<string> {
    const answer = await this.send({ method: 'POST', path: '/key', query: { uploads: '' } });
    return answer.field('UploadId');
  }

  async part(uploadId: string, partNumber: number, body: Uint8Array): Promise<Answered> {
    return await this.send({
      method: 'PUT',
      path: '/key',
      query: { partNumber: String(partNumber), uploadId },
      body,
    });
  }

  /** Completes with all parts of these bodies. */
  async complete(uploadId: string, bodies: readonly Uint8Array[]): Promise<Answered> {
    const parts = bodies.map((body, index) => {
      const etag = new Bun.CryptoHasher('md5').update(body).digest('hex');
      return `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`;
    });
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    return await this.send({ method: 'POST', path: '/key', query: { uploadId }, body });
  }

  async list(query: Readonly<Record<string, string>>): Promise<Answered> {
    return await this.send({ method: 'GET', path: '/', query });
  }
}

export class Answered {
  readonly status: number;
  readonly text: string;

  constructor({ status, body }: RawAnswer) {
    this.status = status;
    this.text = body.toString();
  }

  /** The first element of that name; empty when there is none. */
  field(name: string): string {
    return new RegExp(`<${name}>([^<]*)</${name}>`).exec(this.text)?.[1] ?? '';
  }

  get outcome(): [number, string] {
    return [this.status, this.field('Code')];
  }
}
