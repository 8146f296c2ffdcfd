package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Faults in every combination, the model of the operation, and what an operator does about them. */
@Suite
@SelectPackages({
    "dev.attachgateway.matrix",
    "dev.attachgateway.sequence",
    "dev.attachgateway.history",
    "dev.attachgateway.operation.model",
    "dev.attachgateway.operator"
})
class FaultSuite {}
