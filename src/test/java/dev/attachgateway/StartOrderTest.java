package dev.attachgateway;

import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import java.util.Arrays;

/**
 * Background work starts after all settings are validated, so that a failing start reports only the invalid setting.
 */
@AnalyzeClasses(packages = "dev.attachgateway", importOptions = ImportOption.DoNotIncludeTests.class)
class StartOrderTest {
    @ArchTest
    static final ArchRule startup_observers_run_after_all_settings_are_read = methods()
            .that()
            .haveRawParameterTypes(StartupEvent.class)
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("dev.attachgateway.*..")
            .should(have(DescribedPredicate.describe(
                    "a priority after that of the beans that read settings at startup", StartOrderTest::isLate)));

    private static boolean isLate(JavaMethod method) {
        return Arrays.stream(method.reflect().getParameters()[0].getAnnotationsByType(Priority.class))
                .anyMatch(priority -> priority.value() >= Interceptor.Priority.LIBRARY_AFTER);
    }
}
