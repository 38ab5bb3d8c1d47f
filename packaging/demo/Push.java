import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Pushes the demo's image: {@code Push.java BASE_ARCHIVE REFERENCE SCRATCH_FOLDER}. */
final class Push {
  private static final String GREETING =
      """
      #!/bin/sh
      echo "Hello from $(hostname), a microVM of its own:"
      echo "  kernel   $(uname -sr), up $(cut -d' ' -f1 /proc/uptime) s"
      echo "  system   $(. /etc/os-release && echo "$PRETTY_NAME")"
      echo "  message  $(cat /srv/message)"
      """;

  private Push() {}

  public static void main(String[] arguments) throws Exception {
    var scratch = Path.of(arguments[2]);
    var program = Files.writeString(scratch.resolve("greet"), GREETING);
    var message = Files.writeString(scratch.resolve("message"), "three layers, pushed by Jib\n");
    Jib.from(TarImage.at(Path.of(arguments[0])))
        .addFileEntriesLayer(
            FileEntriesLayer.builder()
                .setName("program")
                .addEntry(
                    program,
                    AbsoluteUnixPath.get("/usr/local/bin/greet"),
                    FilePermissions.fromOctalString("755"))
                .build())
        .addFileEntriesLayer(
            FileEntriesLayer.builder()
                .setName("data")
                .addEntry(message, AbsoluteUnixPath.get("/srv/message"))
                .build())
        .setEnvironment(Map.of("GREETING", "hello"))
        .setProgramArguments("greet")
        .setCreationTime(Instant.now())
        .containerize(
            Containerizer.to(RegistryImage.named(arguments[1]))
                .setAllowInsecureRegistries(true)
                .setBaseImageLayersCache(scratch.resolve("jib-base"))
                .setApplicationLayersCache(scratch.resolve("jib"))
                .setToolName("kctl-demo"));
  }
}
