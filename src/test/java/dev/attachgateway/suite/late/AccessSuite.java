package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Authentication, authorization, and rate limits. */
@Suite
@SelectPackages({"dev.attachgateway.access", "dev.attachgateway.configfile", "dev.attachgateway.request"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.(access\\.((audit|authentication|policy|ratelimit)\\.)?|configfile\\.|request\\.)\\w+Test")
class AccessSuite {}
