package dev.kctl.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectionsTest {
  private static final List<String> LEAVES =
      List.of("dev.kctl.guest..", "dev.kctl.image..", "dev.kctl.net..", "dev.kctl.vmm..");

  @Test
  void leavesDoNotKnowEachOtherNorTheEngine() {
    var classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.kctl");
    for (var leaf : LEAVES) {
      var others = LEAVES.stream().filter(other -> !other.equals(leaf)).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(leaf)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(classes);
      noClasses()
          .that()
          .resideInAPackage(leaf)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.kctl.engine..")
          .check(classes);
    }
  }

  @Test
  void networksKnowNeitherTheRestOfTheEngineNorTheOtherLeaves() {
    noClasses()
        .that()
        .resideInAPackage("dev.kctl.engine.network")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.kctl.engine", "dev.kctl.guest..", "dev.kctl.image..", "dev.kctl.vmm..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.kctl.engine"));
  }
}
