package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The repository: structure, README, wrapper, image, and these suites. */
@Suite
@SelectPackages("dev.attachgateway")
@IncludeClassNamePatterns("dev\\.attachgateway\\.(suite\\.)?\\w+Test")
class ProjectSuite {}
