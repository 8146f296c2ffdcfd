package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The cloud's side: its client, its signature, its rules and the sandbox that stands for it. */
@Suite
@SelectPackages({
    "dev.attachgateway.upstream",
    "dev.attachgateway.sandbox",
    "dev.attachgateway.signature",
    "dev.attachgateway.disk",
    "dev.attachgateway.inventory"
})
class CloudSuite {}
