package dev.attachgateway.upstream.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.signature.Signer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves which credentials documents are accepted, and that no error message contains a secret. */
class CloudCredentialsParserTest {

    @Test
    void each_project_gets_its_credential() {
        var parsed = CloudCredentialsParser.parse("""
                credentials:
                  - {projects: [p1, p2], user: one, password: s3cr3t, domain: d}
                  - {projects: [p3], user: two, password: s3cr3t, domain: d}
                """);
        assertThat(parsed).containsOnlyKeys("p1", "p2", "p3");
        assertThat(parsed.get("p1"))
                .isEqualTo(new CloudCredential(new CloudCredential.IamUser("one", "s3cr3t", "d"), null));
        assertThat(parsed.get("p3"))
                .isEqualTo(new CloudCredential(new CloudCredential.IamUser("two", "s3cr3t", "d"), null));
    }

    @Test
    void a_project_may_have_a_user_and_an_access_key() {
        var both = "{projects: [p1], user: one, password: s3cr3t, domain: d, access_key: k, secret_key: s3cr3t}";
        var parsed = CloudCredentialsParser.parse("credentials: [" + both + "]").get("p1");
        assertThat(parsed)
                .isEqualTo(new CloudCredential(
                        new CloudCredential.IamUser("one", "s3cr3t", "d"), new Signer("k", "s3cr3t")));
        assertThat(parsed).extracting(CloudCredential::signsWrites).isEqualTo(true);
    }

    @Test
    void the_string_form_of_a_credential_contains_no_secrets() {
        assertThat(new CloudCredential(new CloudCredential.IamUser("one", "s3cr3t", "d"), new Signer("key", "s3cr3t"))
                        .toString())
                .contains("one", "key")
                .doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "credentials:",
                "credentials: s3cr3t",
                "[s3cr3t]",
                "s3cr3t",
                "credentials: [s3cr3t]",
                "credentials: [{projects: [p], user: u, password: s3cr3t, domain: d, region: r}]",
                "credentials: [{projects: [p], user: u, password: s3cr3t}]",
                "credentials: [{projects: [p], password: s3cr3t, domain: d}]",
                "credentials: [{projects: [p], user: u, domain: d}]",
                "credentials: [{projects: [], user: u, password: s3cr3t, domain: d}]",
                "credentials: [{user: u, password: s3cr3t, domain: d}]",
                "credentials: [{projects: [p], user: u, password: [s3cr3t], domain: d}]",
                "credentials: [{projects: [p], access_key: a}]",
                "credentials: [{projects: [p], user: u, password: s3cr3t, domain: d, access_key: a}]",
                "credentials: [{projects: [p], user: u, password: s3cr3t, access_key: a, secret_key: s3cr3t}]",
                "credentials: [{projects: [p, p], user: u, password: s3cr3t, domain: d}]",
                "credentials: [{projects: [p], user: u, password: 's3cr3t, domain: d}]",
                "credentials:\n  - projects: [p]\n    password: s3cr3t\n   user: u",
                "password: s3cr3t",
                "credentials: [{s3cr3t: 1}]"
            })
    void invalid_documents_are_rejected_without_quoting_them(String yaml) {
        assertThatThrownBy(() -> CloudCredentialsParser.parse(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cr3t"));
    }
}
