package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** What became of lost requests, what drifts, what is stuck and what goes. */
@Suite
@SelectPackages({
    "dev.attachgateway.operation.maintenance",
    "dev.attachgateway.operation.recovery",
    "dev.attachgateway.operation.store"
})
class RecoverySuite {}
