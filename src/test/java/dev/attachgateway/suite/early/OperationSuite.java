package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The life of an operation, and what operators do about it. */
@Suite
@SelectPackages({"dev.attachgateway.operation", "dev.attachgateway.operator"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.(operator\\.\\w+|operation\\.(?!(Settl|Drift|OperationMetrics|Stuck|Looking|Reconcil|Retention|KeyRemoval|Following))\\w+)Test")
class OperationSuite {}
