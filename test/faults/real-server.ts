import { S3Client } from '@aws-sdk/client-s3';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer, ServerProgram } from '../../lab/servers/server.ts';
import { RealBucket } from './real-bucket.ts';

export const BUCKET = 'backups';

/** A real S3 server with the bucket `backups`: what is asked of the server is asked of that bucket. */
export class RealServer extends RealBucket implements AsyncDisposable {
  readonly #running: RunningServer;
  readonly #client: S3Client;

  private constructor(running: RunningServer, client: S3Client) {
    super(client, BUCKET);
    this.#running = running;
    this.#client = client;
  }

  /** @throws when the server can't be installed or does not start. */
  static async start(program: ServerProgram = seaweedfs): Promise<RealServer> {
    await program.install();
    const running = await program.start();
    const { endpoint, region, accessKeyId, secretAccessKey } = running;
    const client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      // Not every server knows the checksums that it would send on its own.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // It is asked right after the server was killed and started.
      maxAttempts: 10,
    });
    const server = new RealServer(running, client);
    try {
      await server.create();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** http://127.0.0.1:PORT, as `Workplace.config` takes it. */
  get url(): string {
    return this.#running.endpoint;
  }

  /** For proxies in front of it. */
  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Another bucket, which is not made by this. */
  bucket(name: string): RealBucket {
    return new RealBucket(this.#client, name);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#running.kill();
  }

  /** On the same port with the same data; resolves when it can be written to. */
  async restart(): Promise<void> {
    await this.#running.restart();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    await this.#running.stop();
  }
}
