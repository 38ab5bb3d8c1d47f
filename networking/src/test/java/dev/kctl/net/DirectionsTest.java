package dev.kctl.net;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class DirectionsTest {
  /** No other leaf, nothing above, and the foreign function interface only through host/linux. */
  @Test
  void networkingKnowsOnlyTheJdkJacksonAndHostLinux() {
    var ours =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.kctl.net");
    classes()
        .that()
        .resideInAPackage("dev.kctl.net")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.kctl.net",
            "dev.kctl.linux",
            "com.fasterxml.jackson..",
            "org.jspecify..",
            "java.io",
            "java.lang",
            "java.lang.annotation",
            "java.lang.runtime",
            "java.math",
            "java.net",
            "java.nio..",
            "java.security",
            "java.time",
            "java.util..")
        .check(ours);
  }
}
