import { MiB } from '../../base/bytes.ts';
import { AWS_HOSTS, AWS_REGION_OF_HOST } from './partitions.ts';
import {
  metByContentMd5,
  metByEtagRules,
  metByListing,
  metByNegotiation,
  metByPlainBodies,
  type Provider,
} from './provider.ts';

const REGION_IN_HOST = 'the host names the region, and signatures for another one are refused';

/** Providers whose endpoints have known host names. */
export const CLOUDS: readonly Provider[] = [
  {
    name: 'AWS',
    hosts: AWS_HOSTS,
    region: AWS_REGION_OF_HOST,
    checksums: 'always',
    locksVersions: true,
    why: {
      region: REGION_IN_HOST,
      checksums: 'CRC32 on PutObject, UploadPart and CompleteMultipartUpload is part of the API',
      locksVersions: 'Object Lock works only in buckets with versioning, which can not be suspended there',
    },
  },
  {
    name: 'Cloudflare R2',
    hosts: /\.r2\.cloudflarestorage\.com$/,
    region: 'auto',
    checksums: 'never',
    equalParts: 64 * MiB,
    maxPartsInFlight: 2,
    why: {
      region: 'its one region has this name (us-east-1 is taken for it)',
      checksums: 'answers 501 NotImplemented to checksum headers',
      equalParts:
        'CompleteMultipartUpload answers 400 InvalidPart where parts but the last differ in size; 10,000 of 64 MiB hold 625 GiB',
      maxPartsInFlight:
        'slows down with more parts of one upload at once (its documentation named 3 until 2022)',
    },
    alsoDiffers: [metByEtagRules('the ETag of an object of parts is random')],
    refuses: {
      'sse-kms': 'it has no KMS, and documents the headers of SSE-KMS as not implemented',
      tags: 'answers 501 NotImplemented to x-amz-tagging',
      acl: 'documents x-amz-acl as not implemented, and takes the value private alone',
      lock: 'documents the headers of Object Lock as not implemented',
    },
  },
  {
    name: 'Backblaze B2',
    hosts: /\.backblazeb2\.com$/,
    region: /^(?:.*\.)?s3\.([a-z0-9-]+)\.backblazeb2\.com$/,
    checksums: 'never',
    why: {
      region: 'the host names the region (assumed: signatures for another one are refused)',
      checksums: 'answers 400 InvalidArgument to checksum headers, also to x-amz-checksum-mode of a HEAD',
    },
    refuses: {
      'sse-kms': 'it has no KMS: it encrypts with its own keys or those of the client (assumed)',
      tags: 'answers 400 InvalidArgument to x-amz-tagging',
      acl: 'has no ACLs of objects: any value but that of the bucket is refused',
    },
  },
  {
    name: 'Google Cloud Storage',
    hosts: /(^|\.)storage\.googleapis\.com$/,
    checksums: 'never',
    singleDeletes: true,
    why: {
      checksums: 'does not know checksum headers, and refused uploads that had them (400 ExcessHeaderValues)',
      singleDeletes: 'answers 501 NotImplemented to DeleteObjects',
    },
    refuses: {
      'sse-kms': 'names its keys by headers of its own (x-goog-encryption-kms-key-name)',
      'sse-c': "takes a client's key by headers of its own (x-goog-encryption-key)",
      tags: 'has no tags of objects (assumed)',
    },
  },
  {
    name: 'Wasabi',
    hosts: /(^|\.)wasabisys\.com$/,
    region: /^(?:.*\.)?s3\.([a-z]+-[a-z]+-\d+)\.wasabisys\.com$/,
    why: { region: 'the host names the region (assumed: signatures for another one are refused)' },
    alsoDiffers: [metByNegotiation('does not acknowledge checksum headers (assumed)')],
  },
  {
    name: 'Scaleway',
    hosts: /\.scw\.cloud$/,
    region: /(?:^|\.)s3\.([a-z]{2}-[a-z]{3})\.scw\.cloud$/,
    maxParts: 1000,
    why: {
      region: REGION_IN_HOST,
      maxParts: 'answers 400 InvalidArgument to part number 1001',
    },
  },
  {
    name: 'DigitalOcean Spaces',
    hosts: /(^|\.)digitaloceanspaces\.com$/,
    why: {},
    alsoDiffers: [
      metByNegotiation('ignores checksum headers, as Ceph did for long'),
      metByListing(
        'has returned truncated lists without a token when encoding-type was requested, which is never requested',
      ),
    ],
  },
  {
    name: 'OVHcloud',
    hosts: /\.cloud\.ovh\.(net|us)$/,
    region: /(?:^|\.)s3\.([a-z0-9-]+)\.(?:[a-z0-9-]+\.)?cloud\.ovh\.(?:net|us)$/,
    why: { region: 'the host names the region (assumed: signatures for another one are refused)' },
    alsoDiffers: [
      metByNegotiation('did not know CRC32 headers until 2025'),
      metByContentMd5('refuses DeleteObjects without Content-MD5, whatever other checksum it has'),
    ],
  },
  {
    name: 'Hetzner',
    hosts: /\.your-objectstorage\.com$/,
    region: /(?:^|\.)([a-z]+\d+)\.your-objectstorage\.com$/,
    why: { region: 'the host names the region (assumed: any other is taken as well)' },
    alsoDiffers: [
      metByPlainBodies(
        'answers 400 XAmzContentSHA256Mismatch to bodies in chunks with a checksum behind them',
      ),
      metByNegotiation('ignores checksum headers, as Ceph did for long'),
    ],
    refuses: { sse: "documents encryption with the client's keys (SSE-C) as the only one" },
  },
  {
    name: 'Alibaba OSS',
    hosts: /\.aliyuncs\.com$/,
    style: 'virtual',
    region: /(?:^|\.)oss-((?!accelerate)[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/,
    checksums: 'never',
    why: {
      style: 'refuses the bucket in the path (403 SecondLevelDomainForbidden)',
      region: 'the host names the region, as its documentation signs (assumed: others are taken as well)',
      checksums: 'answers 400 BadDigest to uploads with checksum headers, or ignores them',
    },
    alsoDiffers: [
      metByPlainBodies('refuses bodies in chunks (400 InvalidArgument)'),
      metByContentMd5('refuses DeleteObjects without Content-MD5'),
      metByEtagRules('the ETag of an object of parts is not made as Amazon makes it'),
    ],
  },
  {
    name: 'Tencent COS',
    hosts: /\.myqcloud\.com$/,
    style: 'virtual',
    region: /(?:^|\.)cos\.((?!accelerate)[a-z0-9-]+)\.myqcloud\.com$/,
    checksums: 'never',
    why: {
      style: 'refuses the bucket in the path (403 PathStyleDomainForbidden) for buckets made since 2024',
      region: 'the host names the region (assumed: signatures for another one are refused)',
      checksums: 'answers 400 BadDigest to uploads with checksum headers, or ignores them',
    },
    alsoDiffers: [
      metByContentMd5('refuses DeleteObjects without Content-MD5'),
      metByListing('answers with version 1 of the list (assumed)'),
    ],
  },
  {
    name: 'Huawei OBS',
    hosts: /\.myhuaweicloud\.(com|eu)$/,
    style: 'virtual',
    region: /(?:^|\.)obs\.([a-z0-9-]+)\.myhuaweicloud\.(?:com|eu)$/,
    why: {
      style: 'takes the bucket in the host name only (404 NoSuchKey to a PUT with the bucket in the path)',
      region: 'the host names the region (assumed: signatures for another one are refused)',
    },
    alsoDiffers: [
      metByListing('ignores list-type: answers with version 1 of the list, which has no token'),
      metByNegotiation('ignores checksum headers'),
      metByContentMd5('refuses DeleteObjects without Content-MD5'),
    ],
  },
  {
    name: 'IBM COS',
    hosts: /\.cloud-object-storage\.appdomain\.cloud$/,
    why: {},
    alsoDiffers: [
      metByListing('answers with version 1 of the list on older systems (assumed)'),
      metByNegotiation('ignores checksum headers (assumed)'),
      metByContentMd5('refuses DeleteObjects without Content-MD5'),
    ],
  },
  {
    name: 'Oracle OCI',
    hosts: /\.compat\.objectstorage\.[a-z0-9-]+\.(oraclecloud\.com|oci\.customer-oci\.com)$/,
    region: /\.compat\.objectstorage\.([a-z0-9-]+)\./,
    why: { region: REGION_IN_HOST },
    alsoDiffers: [
      metByPlainBodies('answers 501 NotImplemented to bodies in chunks'),
      metByContentMd5('refuses DeleteObjects whose only checksum is CRC32 (400 InvalidRequest)'),
      metByNegotiation('does not acknowledge CRC32 (it knows CRC32C and SHA-256)'),
    ],
  },
  {
    name: 'Oracle OCI, virtual-hosted',
    hosts: /(^|\.)vhcompat\.objectstorage\.[a-z0-9-]+\.(oraclecloud\.com|oci\.customer-oci\.com)$/,
    style: 'virtual',
    region: /(?:^|\.)vhcompat\.objectstorage\.([a-z0-9-]+)\./,
    why: {
      style: 'this endpoint is for the bucket in the host name; the other one is for paths',
      region: REGION_IN_HOST,
    },
  },
  {
    name: 'Yandex',
    hosts: /(^|\.)storage\.yandexcloud\.net$/,
    region: 'ru-central1',
    why: { region: 'its one region has this name, and signatures for another one may be refused' },
    alsoDiffers: [metByNegotiation('ignores checksum headers (assumed)')],
  },
];
