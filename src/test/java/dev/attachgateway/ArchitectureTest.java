package dev.attachgateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.modules.syntax.AllowedModuleDependencies.allow;
import static com.tngtech.archunit.library.modules.syntax.ModuleDependencyScope.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.modules.syntax.ModuleRuleDefinition.modules;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house has these doors and no others. */
@AnalyzeClasses(packages = "dev.attachgateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule rooms_use_the_doors_of_the_plan = modules()
            .definedByPackages("dev.attachgateway.(*)..")
            .should()
            .respectTheirAllowedDependencies(
                    allow().fromModule("attach")
                            .toModules("access", "disk", "operation", "upstream")
                            .fromModule("inventory")
                            .toModules("access", "disk", "operation", "upstream")
                            .fromModule("operation")
                            .toModules("access", "disk", "stream", "upstream")
                            .fromModule("operator")
                            .toModules("access", "disk", "operation", "upstream")
                            .fromModule("stream")
                            .toModules("access")
                            .fromModule("access")
                            .toModules("signature")
                            .fromModule("upstream")
                            .toModules("disk", "signature")
                            .fromModule("problem")
                            .toModules(
                                    "access",
                                    "attach",
                                    "disk",
                                    "inventory",
                                    "operation",
                                    "operator",
                                    "signature",
                                    "storage",
                                    "stream",
                                    "upstream"),
                    consideringOnlyDependenciesInAnyPackage("dev.attachgateway.."));

    @ArchTest
    static final ArchRule disks_and_signatures_know_no_framework = noClasses()
            .that()
            .resideInAnyPackage("dev.attachgateway.disk..", "dev.attachgateway.signature..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "java..",
                    "javax.crypto..",
                    "dev.attachgateway.disk..",
                    "dev.attachgateway.signature..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule only_the_mains_start_the_practice_cloud_and_the_storage = noClasses()
            .that()
            .resideInAPackage("dev.attachgateway.*..")
            .and()
            .resideOutsideOfPackages("dev.attachgateway.sandbox..", "dev.attachgateway.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.attachgateway.sandbox..", "dev.attachgateway.storage..");
}
