package dev.attachgateway.access.oidc;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.BaseTlsConfiguration;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** The certificates that an issuer's own has to come from, in place of the machine's list. */
final class IssuerTlsConfiguration extends BaseTlsConfiguration {
    private final Buffer certificates;

    private IssuerTlsConfiguration(Buffer certificates) {
        this.certificates = certificates;
    }

    /**
     * Reads a file of certificates (PEM), once.
     *
     * @param setting the name of the setting, for the refusal
     * @throws ConfigurationException when there are none in it
     */
    static IssuerTlsConfiguration load(Path file, String setting) {
        try {
            byte[] pem = Files.readAllBytes(file);
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .isEmpty()) {
                throw new ConfigurationException(setting + ": there is no certificate in " + file + ".");
            }
            return new IssuerTlsConfiguration(Buffer.buffer(pem));
        } catch (IOException | CertificateException e) {
            throw new ConfigurationException(setting + ": no certificates can be read from " + file + ".", e);
        }
    }

    @Override
    public TrustOptions getTrustStoreOptions() {
        return new PemTrustOptions().addCertValue(certificates);
    }

    @Override
    public SSLOptions getSSLOptions() {
        return new SSLOptions().setTrustOptions(getTrustStoreOptions());
    }
}
