package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Cloud clients, signatures, disk and server rules, and the sandbox. */
@Suite
@SelectPackages({
    "dev.attachgateway.upstream",
    "dev.attachgateway.sandbox",
    "dev.attachgateway.signature",
    "dev.attachgateway.disk",
    "dev.attachgateway.inventory"
})
class CloudSuite {}
