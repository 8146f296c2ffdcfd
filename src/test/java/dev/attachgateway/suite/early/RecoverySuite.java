package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** What became of lost requests, what drifts, what is stuck and what goes. */
@Suite
@SelectPackages({"dev.attachgateway.operation"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.operation\\.(Settl|Drift|OperationMetrics|Stuck|Looking|Reconcil|Retention|KeyRemoval|Following)\\w*Test")
class RecoverySuite {}
