package dev.kctl.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes an EROFS image in one pass: block 0 is kept free, contents follow as they come, then the
 * inodes and directories, and at last the superblock. The same layer always gives the same bytes.
 */
final class ErofsWriter implements ErofsContent, AutoCloseable {
  /** Persistent memory is mapped in huge pages. */
  private static final long PADDING = 2 << 20;

  private final ErofsOutput output;

  ErofsWriter(Path target, long limit) {
    output = new ErofsOutput(target, limit);
    output.zeros(Erofs.BLOCK);
  }

  @Override
  public int begin(long size) {
    return size == 0 ? Erofs.NO_BLOCK : (int) (output.position() >> Erofs.BLOCK_BITS);
  }

  @Override
  public void data(byte[] bytes, int offset, int length) {
    output.data(bytes, offset, length);
  }

  @Override
  public void zeros(long count) {
    output.zeros(count);
  }

  @Override
  public void end() {
    output.align();
  }

  /**
   * Writes everything but contents.
   *
   * @return what there is in the image now
   */
  Finished finish(Directory root, Digest diffId) {
    var metadataBlock = (int) (output.position() >> Erofs.BLOCK_BITS);
    var metadata = ErofsMetadata.layOut(root, metadataBlock);
    metadata.write(output);
    var blocks = output.position() >> Erofs.BLOCK_BITS;
    output.pad(PADDING);
    output.writeFirst(firstBlock(root, diffId, metadata.inodes(), metadataBlock, (int) blocks));
    return new Finished(metadata.inodes(), output.position());
  }

  @Override
  public void close() {
    output.close();
  }

  private static ByteBuffer firstBlock(
      Directory root, Digest diffId, int inodes, int metadataBlock, int blocks) {
    var block = ByteBuffer.allocate(Erofs.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    var at = Erofs.SUPER_OFFSET;
    block.putInt(at, Erofs.SUPER_MAGIC);
    block.putInt(at + 8, Erofs.FEATURE_COMPAT_SB_CHKSUM | Erofs.FEATURE_COMPAT_MTIME);
    block.put(at + 12, (byte) Erofs.BLOCK_BITS);
    block.putShort(at + 14, (short) root.nid());
    block.putLong(at + 16, inodes);
    block.putInt(at + 36, blocks);
    block.putInt(at + 40, metadataBlock);
    block.put(at + 48, Arrays.copyOf(diffId.hash(), 16));
    block.putInt(at + 4, checksum(block));
    return block;
  }

  /** CRC-32C without its final inversion, over the block from the superblock on. */
  private static int checksum(ByteBuffer block) {
    var crc = new CRC32C();
    crc.update(block.slice(Erofs.SUPER_OFFSET, Erofs.BLOCK - Erofs.SUPER_OFFSET));
    return ~(int) crc.getValue();
  }

  /**
   * A complete image.
   *
   * @param inodes in it
   * @param bytes long
   */
  record Finished(int inodes, long bytes) {}
}
