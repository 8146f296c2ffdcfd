package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Execution of operations, and interventions by operators. */
@Suite
@SelectPackages({
    "dev.attachgateway.operation.api",
    "dev.attachgateway.operation.execution",
    "dev.attachgateway.operation.intervention",
    "dev.attachgateway.operation.model",
    "dev.attachgateway.operation.precondition",
    "dev.attachgateway.operation.reservation",
    "dev.attachgateway.operator"
})
class OperationSuite {}
