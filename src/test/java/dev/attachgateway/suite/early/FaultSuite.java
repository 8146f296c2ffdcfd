package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Fault matrix, random sequences, and the model of an operation. */
@Suite
@SelectPackages({
    "dev.attachgateway.matrix",
    "dev.attachgateway.sequence",
    "dev.attachgateway.history",
    "dev.attachgateway.statespace"
})
class FaultSuite {}
