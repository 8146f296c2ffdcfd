package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Attach and detach API, including problem responses. */
@Suite
@SelectPackages({"dev.attachgateway.attach", "dev.attachgateway.problem"})
class AttachSuite {}
