package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Who calls, what they may do, and how often. */
@Suite
@SelectPackages({"dev.attachgateway.access"})
@ExcludeClassNamePatterns(
        "dev\\.attachgateway\\.access\\.(Keycloak|Login|ReturnAddress|Session|ClusterTokens|Mutations)\\w*Test")
class AccessSuite {}
