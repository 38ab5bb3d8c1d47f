package dev.kctl.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What may use what: above all, what a hot command may load. */
class ArchitectureTest {
  private static final Set<String> SLOW =
      Set.of("picocli", "com.fasterxml", "io.netty", "io.grpc", "java.nio.file", "java.util.regex");
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.kctl.cli", "dev.kctl.engine");

  @Test
  void theHotTierReachesNothingSlow() {
    var reached = reachedFrom("dev.kctl.cli.HotTier", "dev.kctl.cli.Settings", "dev.kctl.cli.Main");
    assertThat(reached).contains("dev.kctl.cli.Table", "dev.kctl.engine.ContainerIndex");
    for (var name : reached) {
      for (var dependency : CLASSES.get(name).getDirectDependenciesFromSelf()) {
        var target = dependency.getTargetClass().getName();
        assertThat(SLOW).as(dependency.getDescription()).noneMatch(target::startsWith);
      }
      for (var call : CLASSES.get(name).getMethodCallsFromSelf()) {
        assertThat(call.getTarget().getFullName())
            .as(call.getDescription())
            .doesNotStartWith("java.lang.String.format(")
            .doesNotStartWith("java.lang.String.split(")
            .doesNotStartWith("java.lang.String.replaceAll(");
      }
    }
  }

  @Test
  void onlyTheCliItselfAndItsNeighboursAreUsed() {
    noClasses()
        .that()
        .resideInAPackage("dev.kctl.cli")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.kctl.vmm..", "dev.kctl.guest..", "java.lang.foreign.."))
        .check(CLASSES);
  }

  /** The classes of ours that a hot command can come to; the full tier begins behind its door. */
  private static Set<String> reachedFrom(String... roots) {
    var reached = new TreeSet<String>();
    var waiting = new ArrayDeque<>(Set.of(roots));
    while (!waiting.isEmpty()) {
      var name = waiting.remove();
      if (reached.add(name)) {
        CLASSES.get(name).getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .filter(target -> CLASSES.contain(target.getName()))
            .filter(target -> !isDoor(target))
            .map(JavaClass::getName)
            .forEach(waiting::add);
      }
    }
    return reached;
  }

  /** Loaded only where the hot tier gives up, or where something goes wrong. */
  private static boolean isDoor(JavaClass target) {
    return Set.of("FullTier", "Failures", "Session", "Suggestion").contains(target.getSimpleName());
  }
}
