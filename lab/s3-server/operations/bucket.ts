import { type Answer, emptyAnswer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { type Call, receiveDocument, receiveNothing } from '../call.ts';
import { S3Error } from '../s3-error.ts';
import type { XmlElement } from '../xml.ts';

/** Who owns everything; S3 shows a canonical user id. */
export const owner: XmlElement = [
  'Owner',
  [
    ['ID', '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a'],
    ['DisplayName', 'owner'],
  ],
];

/** S3 API Reference, ListBuckets. */
export async function listBuckets(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const buckets = call.store.buckets().map(
    (bucket): XmlElement => [
      'Bucket',
      [
        ['Name', bucket.name],
        ['CreationDate', bucket.createdAt.toISOString()],
      ],
    ],
  );
  return xmlAnswer(['ListAllMyBucketsResult', [owner, ['Buckets', buckets]]]);
}

/** S3 API Reference, HeadBucket: the region is told in a header. */
export async function headBucket(call: Call): Promise<Answer> {
  await receiveNothing(call);
  call.store.bucket(call.route.bucket);
  return emptyAnswer(200, { 'x-amz-bucket-region': call.region });
}

/** S3 API Reference, CreateBucket. The document may name a region; there is only one here. */
export async function createBucket(call: Call): Promise<Answer> {
  const name = call.route.bucket ?? '';
  if (call.body.length > 0) await receiveDocument(call, 'of document');
  else await receiveNothing(call);
  if (name.includes(':')) throw new S3Error('InvalidBucketName', undefined, { fields: { BucketName: name } });
  call.store.createBucket(name, call.now);
  return emptyAnswer(200, { location: `/${name}` });
}

/** S3 API Reference, DeleteBucket: only an empty one. */
export async function deleteBucket(call: Call): Promise<Answer> {
  await receiveNothing(call);
  call.store.deleteBucket(call.route.bucket);
  return emptyAnswer(204);
}

/** S3 API Reference, GetBucketLocation: "Buckets in Region us-east-1 have a LocationConstraint of null". */
export async function getBucketLocation(call: Call): Promise<Answer> {
  await receiveNothing(call);
  call.store.bucket(call.route.bucket);
  return xmlAnswer(['LocationConstraint', call.region === 'us-east-1' ? '' : call.region]);
}

/** What the server has no rule for is refused, never taken for something else. */
export async function unknownOperation(call: Call): Promise<Answer> {
  const queries = [...call.route.query.keys()].join(', ');
  throw new S3Error('NotImplemented', undefined, { fields: queries === '' ? {} : { Query: queries } });
}
