/** Where Debian keeps libraries. */
const libraries = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

const memoryBytes = 4 * 1024 ** 3;

/** What differs from one cluster to another. */
export interface CephCluster {
  /** Holds everything that it writes. */
  readonly folder: string;
  readonly cluster: string;
  /** Of the monitor. */
  readonly addresses: string;
  /** The gateway's port. */
  readonly s3: number;
}

/** One monitor, one object store in memory, one gateway; nothing outside of the folder and of loopback. */
export function configOf({ folder, cluster, addresses, s3 }: CephCluster): string {
  return `[global]
fsid = ${cluster}
mon host = ${addresses}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
# With authentication turned off the gateway never connects.
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = ${folder}/$name.keyring
# One copy of everything, on one disk.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
mon data avail crit = 1
mon data = ${folder}/mon
mon cluster log file = ${folder}/cluster.log
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = ${memoryBytes}
osd journal size = 64
run dir = ${folder}/run
admin socket = ${folder}/run/$cluster-$name.asok
pid file = ${folder}/run/$name.pid
log file = ${folder}/$name.log
crash dir = ${folder}/run
setuser match path =
plugin dir = ${libraries}/ceph
erasure code dir = ${libraries}/ceph/erasure-code
osd class dir = ${libraries}/rados-classes
osd class load list = *
osd class default list = *
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${s3}
rgw dns name = localhost
rgw crypt require ssl = false
rgw s3 auth use sts = true
# Sixteen letters: with them the gateway encrypts what is in a session token.
rgw sts key = abcdefghijklmnop
rgw enable usage log = false
`;
}
