import { S3Error } from './s3-error.ts';
import type { ObjectHeaders } from './stored-object.ts';

type Headers = ReadonlyMap<string, string>;

/** S3 API Reference, PutObject, x-amz-storage-class; EXPRESS_ONEZONE, OUTPOSTS and SNOW are of other kinds of buckets. */
const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];

const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];

/**
 * Class and tags of a new object, as GET and HEAD answer them (S3 API Reference, GetObject: the class where it is not
 * STANDARD, and of the tags their number).
 * @param takesAcls false: object ownership is "bucket owner enforced", the default of new buckets
 * @throws S3Error InvalidStorageClass, InvalidTag, AccessControlListNotSupported and others
 */
export function objectOptions(headers: Headers, takesAcls: boolean): ObjectHeaders {
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD';
  if (!storageClasses.includes(storageClass)) throw new S3Error('InvalidStorageClass');
  checkAcl(headers.get('x-amz-acl'), takesAcls);
  const tags = tagCount(headers.get('x-amz-tagging'));
  return {
    ...(storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
    ...(tags === 0 ? {} : { 'x-amz-tagging-count': String(tags) }),
  };
}

/** S3 User Guide, "Controlling ownership of objects": no ACL but bucket-owner-full-control where the owner has it all. */
function checkAcl(acl: string | undefined, takesAcls: boolean): void {
  if (acl === undefined) return;
  if (!cannedAcls.includes(acl)) {
    throw new S3Error('InvalidArgument', undefined, {
      fields: { ArgumentName: 'x-amz-acl', ArgumentValue: acl },
    });
  }
  if (!takesAcls && acl !== 'bucket-owner-full-control') throw new S3Error('AccessControlListNotSupported');
}

const tagCharacters = /^[\p{L}\p{N}\p{Zs}+\-=._:/@]*$/u;

/** S3 User Guide, "Categorizing your objects using tags". */
function tagCount(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  const names = new Set<string>();
  const pairs = text.split('&');
  for (const pair of pairs) {
    const [name = '', value = '', ...rest] = pair.split('=').map(decoded);
    if (name === '' || rest.length > 0 || names.has(name)) throw notAQuery();
    names.add(name);
    if (name.length > 128)
      throw new S3Error('InvalidTag', 'The TagKey you have provided is too long, max allowed 128');
    if (value.length > 256)
      throw new S3Error('InvalidTag', 'The TagValue you have provided is too long, max allowed 256');
    if (!tagCharacters.test(name)) throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (!tagCharacters.test(value))
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
    if (/^aws:/i.test(name))
      throw new S3Error('InvalidTag', 'System tags cannot be added/updated by requester');
  }
  if (pairs.length > 10) throw new S3Error('BadRequest', 'Object tags cannot be greater than 10');
  return pairs.length;
}

function notAQuery(): S3Error {
  return new S3Error(
    'InvalidArgument',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    { fields: { ArgumentName: 'x-amz-tagging' } },
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw notAQuery();
  }
}
