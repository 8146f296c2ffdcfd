package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The life of an operation. */
@Suite
@SelectPackages({"dev.attachgateway.operation"})
@IncludeClassNamePatterns("dev\\.attachgateway\\.operation\\.\\w+Test")
class OperationSuite {}
