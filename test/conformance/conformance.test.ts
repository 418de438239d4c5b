import { startS3Server } from '../../lab/s3-server/server.ts';
import { describeConformance } from './suite.ts';

describeConformance({
  name: 'the embedded server',
  knownDeviations: {},
  start: async () => {
    const server = await startS3Server({ buckets: [] });
    const { url: endpoint, region, accessKeyId, secretAccessKey } = server;
    return {
      target: { endpoint, region, accessKeyId, secretAccessKey, domain: 'localhost' },
      stop: () => server.stop(),
    };
  },
});
