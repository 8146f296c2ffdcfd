package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Browser sessions, external issuers, and altered signatures. */
@Suite
@SelectPackages({
    "dev.attachgateway.access.accesskey",
    "dev.attachgateway.access.oidc",
    "dev.attachgateway.access.session"
})
class LoginSuite {}
