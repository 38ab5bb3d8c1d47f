package dev.kctl.image;

import java.util.SortedMap;

/**
 * One entry of a tar, all its headers put together.
 *
 * @param name as it stands in the tar, bytes of any kind
 * @param link target of a hard link or symlink, else empty
 * @param mode permission bits only
 * @param modified never before 1970
 * @param size of the content, sparse regions expanded; 0 for all but files
 * @param device major and minor number, for devices only
 * @param xattrs full names, ordered bytewise, to values
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares entries
record TarEntry(
    TarType type,
    byte[] name,
    byte[] link,
    int mode,
    int uid,
    int gid,
    TarTime modified,
    long size,
    TarDevice device,
    SortedMap<byte[], byte[]> xattrs) {}
