import { parseArgs } from 'node:util';
import { startS3Server } from './server.ts';

/** Runs the server until it is killed: `bun lab/s3-server/main.ts [--port N] [--dir FOLDER] [--bucket NAME]... [--tls]`. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    dir: { type: 'string' },
    bucket: { type: 'string', multiple: true, default: ['backups'] },
    tls: { type: 'boolean', default: false },
  },
});

const server = await startS3Server({
  port: Number(values.port),
  buckets: values.bucket,
  tls: values.tls,
  ...(values.dir === undefined ? {} : { directory: values.dir }),
});
process.stdout.write(`${server.url}\n`);
