#!/usr/bin/env bash
# A layer of 350 MB as .tar.gz into its EROFS image, both digests included, in a fresh JVM with the import worker's flags;
# against gzip alone, and against tar unpacking it without a digest. The target is memory (tmpfs), for all of them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"
use_jdk

worker=$TOP/out/kctl/lib/kctl-import
[ -x "$worker" ] || fail "$worker is missing: make build"
work=$(mktemp -d /dev/shm/kctl-bench-XXXXXX)
trap 'rm -rf -- "$work"' EXIT

# Whatever this machine has, in the order of its names, up to 350 MB: programs, libraries, texts.
find /usr/bin /usr/lib /usr/share -xdev -type f -readable -printf '%s %p\n' | LC_ALL=C sort -k 2 |
  awk '$1 < 40000000 && (total += $1) < 350000000 { print substr($0, length($1) + 3) }' >"$work/files"
tar --create --file "$work/layer.tar" --directory / --verbatim-files-from --files-from "$work/files"
gzip -6 --keep "$work/layer.tar"
printf 'layer: %s bytes of tar, %s of gzip\n' "$(stat -c %s "$work/layer.tar")" "$(stat -c %s "$work/layer.tar.gz")"

cat >"$work/Convert.java" <<'JAVA'
import dev.kctl.image.LayerConverter;
import dev.kctl.image.LayerLimits;
import java.nio.file.Files;
import java.nio.file.Path;

final class Convert {
  public static void main(String[] arguments) throws Exception {
    try (var blob = Files.newInputStream(Path.of(arguments[0]))) {
      new LayerConverter(LayerLimits.DEFAULT)
          .convert(blob, "application/vnd.oci.image.layer.v1.tar+gzip", Path.of(arguments[1]), _ -> {});
    }
    Runtime.getRuntime().halt(0);
  }
}
JAVA
javac -d "$work" -cp "$TOP/out/kctl/lib/jars/*" "$work/Convert.java"
sed "s|^K=.*|K=$TOP/out/kctl|; s|-cp \"\(.*\)\" dev.kctl.image.ImportWorker|-cp \"\1:$work\" Convert|" "$worker" >"$work/convert"
chmod +x "$work/convert"
mkdir "$work/unpacked"

"$TOP/bench/pairs.py" --rounds "${ROUNDS:-15}" \
  "gzip -dc=gzip -dc $work/layer.tar.gz" \
  "kctl=$work/convert $work/layer.tar.gz $work/layer.erofs" \
  "tar -xz=tar -xzf $work/layer.tar.gz --overwrite -C $work/unpacked"
