package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Stream connections: authorization, writing, limits, and termination. */
@Suite
@SelectPackages({"dev.attachgateway.access.browser", "dev.attachgateway.access.ticket", "dev.attachgateway.stream"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.(access\\.\\w+\\.\\w+|stream\\.(subscription\\.\\w+|(OpenStreams|SlowHistory|TicketPages|WritePath)\\w*))Test")
class ConnectionsSuite {}
