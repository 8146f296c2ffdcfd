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

/** The CA certificates trusted for one issuer, instead of the JVM's trust store. */
final class IssuerTlsConfiguration extends BaseTlsConfiguration {
    private final Buffer certificates;

    private IssuerTlsConfiguration(Buffer certificates) {
        this.certificates = certificates;
    }

    /**
     * Reads a file of certificates (PEM) once.
     *
     * @param setting the configuration key, for the message
     * @throws ConfigurationException when the file cannot be read or contains no certificate
     */
    static IssuerTlsConfiguration load(Path file, String setting) {
        try {
            byte[] pem = Files.readAllBytes(file);
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .isEmpty()) {
                throw new ConfigurationException(setting + ": " + file + " contains no certificate.");
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
