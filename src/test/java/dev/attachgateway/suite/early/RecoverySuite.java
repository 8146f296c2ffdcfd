package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Settlement of lost requests, drift, stuck operations, and retention. */
@Suite
@SelectPackages({
    "dev.attachgateway.operation.maintenance",
    "dev.attachgateway.operation.recovery",
    "dev.attachgateway.operation.store"
})
class RecoverySuite {}
