package parley.web.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.problem.Problem;

class TextFieldsTest {
  @Test
  void collectsTextFieldsAndSkipsPartsWithoutASink() throws IOException {
    byte[] body =
        Form.lines(
            """
            --XyZ
            Content-Disposition: form-data; name=language

            de
            --XyZ
            Content-Disposition: form-data; name=unwanted

            zzz
            --XyZ
            Content-Disposition: form-data; name=word

            Größe
            --XyZ
            Content-Disposition: form-data; name=word

            zwei
            --XyZ--
            """);
    TextFields fields = new TextFields();
    Multipart.of(Form.TYPE, new ByteArrayInputStream(body))
        .read(part -> part.name().equals("unwanted") ? null : fields.collect(part));
    assertThat(fields.first("language")).isEqualTo("de");
    assertThat(fields.first("unwanted")).isNull();
    assertThat(fields.first("word")).isEqualTo("Größe");
    assertThat(fields.all("word")).containsExactly("Größe", "zwei");
    assertThat(fields.all("none")).isEmpty();
  }

  @Test
  void refusesTextFieldsThatAreTooLongOrNotText() throws IOException {
    for (byte[] content : List.of(new byte[64 * 1024 + 1], new byte[] {(byte) 0xff, 'a'})) {
      TextFields fields = new TextFields();
      Multipart form =
          Multipart.of(Form.TYPE, new ByteArrayInputStream(Form.body("XyZ", List.of(content))));
      assertThatThrownBy(() -> form.read(fields::collect))
          .isInstanceOfSatisfying(
              Problem.class,
              problem -> assertThat(problem.details().getFirst().field()).isEqualTo("p0"));
    }
    TextFields fields = new TextFields();
    Multipart.of(
            Form.TYPE, new ByteArrayInputStream(Form.body("XyZ", List.of(new byte[64 * 1024]))))
        .read(fields::collect);
    assertThat(fields.first("p0")).hasSize(64 * 1024);
  }
}
