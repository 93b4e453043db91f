package parley;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDate;
import org.jdbi.v3.core.Handle;

/// The shape of the house: features below the wiring, the edge apart, no circles.
@AnalyzeClasses(packages = "parley", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule FEATURES_NEVER_KNOW_EACH_OTHER_BOTH_WAYS =
      slices().matching("parley.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NEITHER_DO_PACKAGES_WITHIN_A_FEATURE =
      slices().matching("parley.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_WIRING =
      noClasses()
          .that(not(resideInAPackage("parley.app..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("parley.app..");

  @ArchTest
  static final ArchRule ONLY_THE_EDGE_KNOWS_SERVLETS =
      noClasses()
          .that(not(resideInAPackage("parley.web..")))
          .and(not(simpleNameEndingWith("Socket")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "org.apache.catalina..", "org.apache.coyote..");

  @ArchTest
  static final ArchRule ONLY_ROUTES_KNOW_HTTP =
      classes()
          .that()
          .resideInAPackage("parley.web")
          .and()
          .haveSimpleName("Exchange")
          .should()
          .onlyHaveDependentClassesThat(
              resideInAPackage("parley.web..")
                  .or(simpleNameEndingWith("Routes"))
                  .or(simpleNameEndingWith("Download"))
                  .or(simpleNameEndingWith("Intake")));

  @ArchTest
  static final ArchRule ONLY_ROUTES_AND_SOCKETS_KNOW_THE_WEB =
      noClasses()
          .that(not(resideInAnyPackage("parley.web..", "parley.app..")))
          .and(not(simpleNameEndingWith("Routes")))
          .and(not(simpleNameEndingWith("Socket")))
          // What several routes share.
          .and(not(simpleNameEndingWith("Download")))
          .and(not(simpleNameEndingWith("Intake")))
          .and(not(simpleNameEndingWith("Form")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("parley.web..");

  @ArchTest
  static final ArchRule ONLY_TABLES_HOLD_SQL =
      noClasses()
          .that(not(resideInAPackage("parley.db..")))
          .and(not(simpleNameEndingWith("Table")))
          // It asks the database about itself.
          .and(not(simpleName("OpenDatabase")))
          .should()
          .callMethodWhere(
              target(owner(assignableTo(Handle.class)))
                  .and(target(nameMatching("create[A-Z].*|execute|select|prepareBatch"))));

  @ArchTest
  static final ArchRule NO_CLOCK_BUT_THE_INJECTED_ONE =
      noClasses()
          // It compares with the times of files, which the system's clock sets.
          .that(not(simpleName("BundledFolder")))
          // And this one with Tomcat's, of a session's last frame.
          .and(not(simpleName("WebSocket")))
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(LocalDate.class, "now");

  @ArchTest
  static final ArchRule PROBLEMS_KNOW_NOTHING =
      noClasses()
          .that()
          .resideInAPackage("parley.problem..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("parley..").and(not(resideInAPackage("parley.problem.."))));
}
